#!/bin/bash
# Many films or recordings, each on slots of one host of Grid Engine, by a parallel environment that is called smp here.
# The list has a line per film: INPUT, a tab, OUTPUT.
#   qsub -t 1-$(wc -l <films.txt) -tc 8 grid-engine-array.sh  # eight at a time; docs/clusters/grid-engine.md tells the rest
# Submit it again after a change of the list: films whose outputs exist are done.
#$ -N mpienc -cwd -j y -S /bin/bash
#$ -pe smp 16
#$ -l h_rt=04:00:00
#$ -r y -notify

seconds=14100 # less than h_rt: after them the job ends in order, and is queued again
mpienc=mpienc
films=films.txt
options=(--crf 20)

IFS=$'\t' read -r input output < <(sed -n "${SGE_TASK_ID}p" "$films")
[[ $input && $output ]] || { echo "$films: no INPUT, tab, OUTPUT in line $SGE_TASK_ID" >&2; exit 2; }
finished() { find "$output.journal" -name 'chunk-*.h5' 2>/dev/null | wc -l; }
before=$(finished)
[[ -e $output && ! -e $output.journal && " ${options[*]} " != *" --overwrite "* ]] && exit 0

killed=
trap 'kill -TERM $!' USR1                 # it is about to be suspended
trap 'killed=yes; kill -TERM $!' USR2 TERM # it is about to be killed: qdel, qmod -rj
timeout --preserve-status --signal=USR1 "$seconds" "$mpienc" "$input" "$output" --lanes "$NSLOTS" "${options[@]}" &
while kill -0 $! 2>/dev/null; do wait $!; done # a signal ends a wait
wait $!
status=$?

# Queued again only where this run brought the film forward, so that it ends some day.
if ((status == 130)) && [[ ! $killed ]] && (($(finished) > before)); then exit 99; fi
exit "$status"
