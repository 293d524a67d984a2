#!/usr/bin/env bash
# Proves both bootstrap commands in a bare Debian 12 made with debootstrap, as a new user would run them.
# usage (as root): fresh_root.sh [--keep] [COMMAND...]      default commands: test demo
# The mirror and the proxy are those of the running system. What is committed (HEAD) goes in, nothing else.
set -euo pipefail

release=bookworm

die() { printf 'fresh_root: %s\n' "$*" >&2; exit 1; }

debian_targets() {
  # shellcheck disable=SC2016  # apt-get's own placeholders
  apt-get indextargets --format '$(SITE) $(RELEASE) $(COMPONENT) $(ORIGIN)' 'Identifier: Packages' |
    awk -v r="$release" '$4 == "Debian" && $3 == "main" && index($2, r) == 1 {print $1, $2}' | sort -u
}

make_root() {
  local root=$1 targets mirror
  targets=$(debian_targets)
  mirror=$(awk -v r="$release" '$2 == r {print $1; exit}' <<<"$targets")
  [[ -n $mirror ]] || die "apt knows no Debian $release mirror: run 'apt-get update' on a Debian 12 first"
  debootstrap --variant=minbase "$release" "$root" "$mirror" >"$root.log" 2>&1 ||
    { tail -n 5 "$root.log" >&2; die "debootstrap failed, see $root.log"; }
  awk '{print "deb", $1, $2, "main"}' <<<"$targets" >"$root/etc/apt/sources.list"
  { apt-config dump | grep -E '^Acquire::(http|https)::' || true; } >"$root/etc/apt/apt.conf.d/90host"
  cp /etc/resolv.conf /etc/hosts "$root/etc/"
  mkdir "$root/opt/mpienc"
  git -C "$(dirname "$(realpath "${BASH_SOURCE[0]}")")/../.." archive HEAD | tar -x -C "$root/opt/mpienc"
}

# Runs in a mount namespace of its own, so that its mounts end with it.
run_inside() {
  local root=$1 command
  shift
  mount -t proc proc "$root/proc"
  mount --rbind /sys "$root/sys"
  mount --rbind /dev "$root/dev"
  for command in "$@"; do
    printf '\n#### bootstrap %s\n' "$command"
    local began=$SECONDS
    env -i HOME=/root TERM=dumb LANG=C.UTF-8 PATH=/usr/sbin:/usr/bin:/sbin:/bin \
      ${http_proxy:+http_proxy="$http_proxy"} ${https_proxy:+https_proxy="$https_proxy"} \
      chroot "$root" /opt/mpienc/bootstrap "$command"
    printf '#### bootstrap %s: passed in %d s\n' "$command" $((SECONDS - began))
  done
  # shellcheck disable=SC2016  # expanded by the inner shell
  [[ " $* " != *" demo "* ]] || chroot "$root" /bin/bash -ec '
    out=/opt/mpienc/demo/sample.mkv
    [[ -s $out ]]
    errors=$(ffmpeg -nostdin -v error -i "$out" -f null - 2>&1)
    [[ -z $errors ]] || { echo "$errors"; exit 1; }
    ffprobe -v error -show_entries stream=codec_name,width,height,channels:format=duration,size -of compact "$out"'
}

if [[ ${1:-} == --inside ]]; then
  shift
  run_inside "$@"
  exit
fi

keep=0
if [[ ${1:-} == --keep ]]; then keep=1; shift; fi
((EUID == 0)) || die "needs root, for debootstrap and chroot"
command -v debootstrap >/dev/null || die "debootstrap is missing: apt-get install debootstrap"
commands=("$@")
((${#commands[@]})) || commands=(test demo)

work=$(mktemp -d)
root=$work/root
mkdir "$root"
cleanup() {
  if ((keep)); then printf 'kept: %s\n' "$root" >&2; else rm -rf --one-file-system "$work"; fi
}
trap cleanup EXIT
make_root "$root"
unshare --mount --propagation private bash "$(realpath "${BASH_SOURCE[0]}")" --inside "$root" "${commands[@]}"
printf '\nfresh_root: %s passed in a bare Debian 12\n' "${commands[*]}"
