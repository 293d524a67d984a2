#!/bin/bash
# One film or recording on the slots of a parallel environment of Grid Engine, which is called mpi here.
# Edit the values, then: qsub grid-engine.sh, or qsub grid-engine.sh INPUT OUTPUT
# docs/clusters/grid-engine.md tells what happens when.
#$ -N mpienc -cwd -j y -S /bin/bash
#$ -pe mpi 64
#$ -l h_rt=04:00:00
#$ -r y -notify

job_file=grid-engine.sh # this file, in the folder that it is submitted from
seconds=14100           # less than h_rt: after them the job ends in order, and a new one goes on
mpienc=mpienc
input=${1:-movie.vob}
output=${2:-movie.mkv}
options=(--crf 20)
most_rounds=20

finished() { find "$output.journal" -name 'chunk-*.h5' 2>/dev/null | wc -l; }

go_on_later() { # only where this run brought the job forward, so that it ends some day
  if (($(finished) > before && ${round:-1} < most_rounds)); then
    # Status 99 would queue this job again, but keep it from the hosts that it had, in version 8.1.9 at least.
    qsub -v "round=$((${round:-1} + 1))" "$job_file" "$@" || exit 99
  fi
}

before=$(finished)
hosts=$(mktemp)
awk '{ print $1 " slots=" $2 }' "$PE_HOSTFILE" >"$hosts"
timeout --preserve-status --signal=USR1 "$seconds" \
  "$mpienc" launch -n "$NSLOTS" --hostfile "$hosts" -- "$input" "$output" --lanes 1 "${options[@]}" &
job=$!
killed=
trap 'kill -TERM "$job"' USR1                 # it is about to be suspended
trap 'killed=yes; kill -TERM "$job"' USR2 TERM # it is about to be killed: qdel, qmod -rj
while kill -0 "$job" 2>/dev/null; do wait "$job"; done # a signal ends a wait
wait "$job"
status=$?
rm -f "$hosts"

case $status in
  130) [[ $killed ]] || go_on_later "$@" ;;
  6 | 13[1-9] | 14?) go_on_later "$@" ;; # ranks or hosts were lost
esac
exit "$status"
