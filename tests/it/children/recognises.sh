#!/bin/sh
# Finds a scan, and recognises other words in it each time, as another release of its tool would.
cat > /dev/null
case "$*" in
*--ocr*) echo "{\"media\":\"pdf\",\"state\":\"recognised\",\"text\":\"受理行政复议案件$$件\",\"note\":null,\"confidence\":91}" ;;
*) echo '{"media":"pdf","state":"no_text_layer","text":"","note":"scanned: it has no text layer","confidence":null}' ;;
esac
