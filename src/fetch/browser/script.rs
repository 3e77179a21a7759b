//! The scripts of ours that run beside a page: in a world of their own, which those of the page cannot reach.

/// How large the document is: a page that still grows is not finished. Text that only moves or counts does not matter.
pub(super) const LOOK: &str = r"(() => {
    const root = Object.getOwnPropertyDescriptor(Document.prototype, 'documentElement').get.call(document);
    return root ? [root.getElementsByTagName('*').length, root.textContent.length] : null;
})()";

/// The document as text, or its length where that is over the limit. The getters are taken from the prototype, since a
/// form of that name would stand before them.
pub(super) fn take(most_bytes: u64) -> String {
    format!(
        r"(() => {{
    const get = (name) => Object.getOwnPropertyDescriptor(Document.prototype, name).get.call(document);
    const [type, root] = [get('doctype'), get('documentElement')];
    const text = (type ? new XMLSerializer().serializeToString(type) + '\n' : '') + (root ? root.outerHTML : '');
    return text.length > {most_bytes} ? text.length : text.toWellFormed();
}})()"
    )
}
