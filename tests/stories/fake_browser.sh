#!/bin/sh
# Notes what it is asked to open: the mode of the file, its address, what is in it.
{ stat -c %a "${2#file://}"; echo "$2"; cat "${2#file://}"; } >"$1.part" && mv "$1.part" "$1"
