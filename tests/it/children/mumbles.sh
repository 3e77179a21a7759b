#!/bin/sh
# Ends well and says nothing that can be read.
echo "{}"
