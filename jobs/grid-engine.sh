#!/bin/bash
# One film or recording on the slots of a parallel environment of Grid Engine, which is called mpi here.
# Edit the values, then: qsub grid-engine.sh, or qsub grid-engine.sh INPUT OUTPUT
# docs/clusters/grid-engine.md tells what happens when.
#$ -N mpienc -cwd -j y -S /bin/bash
#$ -pe mpi 64
#$ -l h_rt=04:00:00
#$ -r y -notify

seconds=14100 # less than h_rt: after them the job ends in order, and a copy of it goes on
mpienc=mpienc
input=${1:-movie.vob}
output=${2:-movie.mkv}
options=(--crf 20)

finished() { find "$output.journal" -name 'chunk-*.h5' 2>/dev/null | wc -l; }

state() { qstat | awk -v job="$JOB_ID" '$1 == job { print $5; exit }'; } # at h_rt r, after qdel dr, after qmod -rj Rr

go_on_later() { # only where this run brought the job forward, so that it ends some day
  if (($(finished) > before)); then
    # Status 99 would queue this job again, but keep it from the hosts that it had, in version 8.1.9 at least.
    qresub "$JOB_ID" || exit 99
  fi
}

before=$(finished)
killed=
trap 'kill -TERM $!' USR1                 # it is about to be suspended
trap 'killed=yes; kill -TERM $!' USR2 TERM # it is about to be killed: qdel, qmod -rj, h_rt after all
hosts=$(mktemp)
awk '{ print $1 " slots=" $2 }' "$PE_HOSTFILE" >"$hosts"
timeout --preserve-status --signal=USR1 "$seconds" \
  "$mpienc" launch -n "$NSLOTS" --hostfile "$hosts" -- "$input" "$output" --lanes 1 "${options[@]}" &
while kill -0 $! 2>/dev/null; do wait $!; done # a signal ends a wait
wait $!
status=$?
rm -f "$hosts"

[[ $killed && $(state) != r ]] && exit "$status"
case $status in
  6 | 13? | 14?) go_on_later ;; # out of time, about to be suspended, or ranks or hosts were lost
esac
exit "$status"
