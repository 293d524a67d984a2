#!/bin/bash
# One film or recording on the slots of a parallel environment of Grid Engine, which is called mpi here.
# Edit the values, then: qsub grid-engine.sh, or qsub grid-engine.sh INPUT OUTPUT
# docs/clusters/grid-engine.md tells what happens when.
#$ -N mpienc -cwd -j y -S /bin/bash
#$ -pe mpi 64
#$ -l s_rt=03:58:00,h_rt=04:00:00
#$ -r y -notify

mpienc=mpienc
input=${1:-movie.vob}
output=${2:-movie.mkv}
options=(--crf 20)

finished() { find "$output.journal" -name 'chunk-*.h5' 2>/dev/null | wc -l; }

go_on_later() { # only where this run brought the job forward, so that it ends some day
  if (($(finished) > before)); then exit 99; fi # Grid Engine queues the job again
}

before=$(finished)
hosts=$(mktemp)
awk '{ print $1 " slots=" $2 }' "$PE_HOSTFILE" >"$hosts"
"$mpienc" launch -n "$NSLOTS" --hostfile "$hosts" -- "$input" "$output" --lanes 1 "${options[@]}" &
job=$!
out_of_time=
trap 'out_of_time=yes; kill -USR1 "$job"' USR1 # s_rt is over, or the job is about to be suspended
trap 'kill -TERM "$job"' USR2 TERM             # it is about to be killed: qdel, qmod -rj
while kill -0 "$job" 2>/dev/null; do wait "$job"; done # a signal ends a wait
wait "$job"
status=$?
rm -f "$hosts"

case $status in
  130) [[ $out_of_time ]] && go_on_later ;;
  6 | 13[1-9] | 14?) go_on_later ;; # ranks or hosts were lost
esac
exit "$status"
