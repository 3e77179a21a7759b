#!/bin/sh
# Starts a process of its own, says which, and hangs.
path=$(tr -d "\000" | sed "s/.*PATH=//")
sleep 600 &
echo $! > "$path"
wait
