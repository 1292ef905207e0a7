#!/bin/sh
# What miniwdl asks of Singularity, without images: the folders of a task, mounted in a namespace of their own.
set -eu
case $1 in
--version) echo stand-in && exit ;;
pull) : >"$2" && exit ;;
exec) exec unshare --mount "$0" inside "$@" ;;
esac
shift 2
mount -t tmpfs none /mnt
while :; do
    case $1 in
    --pwd) folder=$2 && shift 2 ;;
    --no-mount) shift 2 ;;
    --bind)
        pair=${2%:ro} && shift 2
        from=${pair%%:*} to=${pair#*:}
        case $to in /mnt/*) ;; *) continue ;; esac
        mkdir -p "$(dirname "$to")"
        if [ -d "$from" ]; then mkdir -p "$to"; else [ -e "$to" ] || : >"$to"; fi
        mount --bind "$from" "$to"
        ;;
    --*) shift ;;
    *) break ;;
    esac
done
shift # the image
cd "$folder"
exec "$@"
