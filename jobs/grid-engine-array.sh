#!/bin/bash
# Many films or recordings, each on slots of one host of Grid Engine, by a parallel environment that is called smp here.
# The list has a line per film: INPUT, a tab, OUTPUT.
#   qsub -t 1-$(wc -l <films.txt) -tc 8 grid-engine-array.sh  # eight at a time; docs/clusters/grid-engine.md tells the rest
# Submit it again after a change of the list: films whose outputs exist are done.
#$ -N mpienc -cwd -j y -S /bin/bash
#$ -pe smp 16
#$ -l s_rt=03:58:00,h_rt=04:00:00
#$ -r y -notify

mpienc=mpienc
films=films.txt
options=(--crf 20)

IFS=$'\t' read -r input output < <(sed -n "${SGE_TASK_ID}p" "$films")
[[ $input && $output ]] || { echo "$films: no INPUT, tab, OUTPUT in line $SGE_TASK_ID" >&2; exit 2; }
finished() { find "$output.journal" -name 'chunk-*.h5' 2>/dev/null | wc -l; }
before=$(finished)
[[ -e $output && ! -e $output.journal && " ${options[*]} " != *" --overwrite "* ]] && exit 0

"$mpienc" "$input" "$output" --lanes "$NSLOTS" "${options[@]}" & # one process: its threads are the lanes
job=$!
out_of_time=
trap 'out_of_time=yes; kill -USR1 "$job"' USR1 # s_rt is over, or the job is about to be suspended
trap 'kill -TERM "$job"' USR2 TERM             # it is about to be killed: qdel, qmod -rj
while kill -0 "$job" 2>/dev/null; do wait "$job"; done # a signal ends a wait
wait "$job"
status=$?

# Queued again only where this run brought the film forward, so that it ends some day.
if ((status == 130)) && [[ $out_of_time ]] && (($(finished) > before)); then exit 99; fi
exit "$status"
