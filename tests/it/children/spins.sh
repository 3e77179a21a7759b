#!/bin/sh
# Uses more processor time than it is given.
ulimit -H -t 3
ulimit -S -t 1
while :; do :; done
