#!/bin/bash
# One film or recording on several nodes of Flux. Edit the values, then: flux batch flux.sh
# docs/clusters/flux.md tells what happens when.
# flux: -N 4 --exclusive
# flux: -t 4h
# flux: --job-name=mpienc --output=mpienc-{{id}}.log

job_file=flux.sh # this file, in the folder that it is submitted from
seconds=14100    # less than the time limit: after them the job ends in order, and a new one goes on
mpienc=mpienc
input=movie.vob
output=movie.mkv
options=(--crf 20)
most_rounds=20

finished() { find "$output.journal" -name 'chunk-*.h5' 2>/dev/null | wc -l; }

go_on_later() { # only where this run brought the job forward, so that it ends some day
  if (($(finished) > before && ${round:-1} < most_rounds)); then
    flux --parent batch --env="round=$((${round:-1} + 1))" "$job_file"
  fi
}

before=$(finished)
cancelled=
trap 'cancelled=yes; kill -TERM $!' HUP TERM # flux cancel, or the time limit
hosts=$(mktemp)
flux hostlist --local --expand --delimiter='\n' | sed 's/$/ slots=1/' >"$hosts"
timeout --preserve-status --signal=USR1 "$seconds" \
  "$mpienc" launch -n "$(wc -l <"$hosts")" --hostfile "$hosts" -- "$input" "$output" "${options[@]}" &
while kill -0 $! 2>/dev/null; do wait $!; done # a signal ends a wait
wait $!
status=$?
rm -f "$hosts"

[[ $cancelled ]] && exit "$status"
case $status in
  6 | 13? | 14?) go_on_later ;; # out of time, or ranks or nodes were lost
esac
exit "$status"
