#!/bin/sh
# Uses more processor time than it is given.
ulimit -t 1
while :; do :; done
