#!/bin/bash
# One film or recording on several hosts of LSF. Edit the values, then: bsub <lsf.sh
# docs/clusters/lsf.md tells what happens when.
#BSUB -J mpienc
#BSUB -o mpienc-%J.log
#BSUB -n 64
#BSUB -R "span[ptile=16]"
#BSUB -W 4:00
#BSUB -wt 2
#BSUB -wa USR1
#BSUB -r
#BSUB -Q 85

lanes=16 # as ptile above
mpienc=mpienc
input=movie.vob
output=movie.mkv
options=(--crf 20)

finished() { find "$output.journal" -name 'chunk-*.h5' 2>/dev/null | wc -l; }

go_on_later() { # only where this run brought the job forward, so that it ends some day
  if (($(finished) > before)); then exit 85; fi # by -Q LSF queues the job again
}

before=$(finished)
out_of_time=
killed=
trap 'out_of_time=yes; kill -USR1 $!' USR1 USR2 # two minutes before the run limit, and at it
trap 'killed=yes; kill -TERM $!' INT TERM       # bkill
hosts=$(mktemp)
sort -u "$LSB_DJOB_HOSTFILE" | sed 's/$/ slots=1/' >"$hosts"
"$mpienc" launch -n "$(wc -l <"$hosts")" --hostfile "$hosts" -- "$input" "$output" --lanes "$lanes" "${options[@]}" &
while kill -0 $! 2>/dev/null; do wait $!; done # a signal ends a wait
wait $!
status=$?
rm -f "$hosts"

[[ $killed ]] && exit "$status"
case $status in
  130) [[ $out_of_time ]] && go_on_later ;;
  6 | 13[1-9] | 14?) go_on_later ;; # ranks or hosts were lost
esac
exit "$status"
