#!/bin/sh
# Dies of a signal that no limit sends.
kill -SEGV $$
