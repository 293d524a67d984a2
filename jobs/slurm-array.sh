#!/bin/bash
# Many films or recordings, each on one node of Slurm. The list has a line per film: INPUT, a tab, OUTPUT.
#   sbatch --array=1-$(wc -l <films.txt)%8 slurm-array.sh     # eight at a time; docs/clusters/slurm.md tells the rest
# Submit it again after a change of the list: films whose outputs exist are done.
#SBATCH --job-name=mpienc --output=mpienc-%A_%a.log --open-mode=append
#SBATCH --nodes=1 --ntasks=1 --cpus-per-task=16
#SBATCH --time=04:00:00 --signal=B:USR1@120
#SBATCH --requeue

mpienc=mpienc
films=films.txt
options=(--crf 20)
most_restarts=20

IFS=$'\t' read -r input output < <(sed -n "${SLURM_ARRAY_TASK_ID}p" "$films")
[[ $input && $output ]] || { echo "$films: no INPUT, tab, OUTPUT in line $SLURM_ARRAY_TASK_ID" >&2; exit 2; }
finished() { find "$output.journal" -name 'chunk-*.h5' 2>/dev/null | wc -l; }
before=$(finished)
[[ -e $output && ! -e $output.journal && " ${options[*]} " != *" --overwrite "* ]] && exit 0

out_of_time=
cancelled=
trap 'out_of_time=yes; kill -USR1 $!' USR1 # the time limit is near, or a job of higher priority wants the node
trap 'cancelled=yes; kill -TERM $!' TERM   # scancel
"$mpienc" "$input" "$output" --lanes "$SLURM_CPUS_PER_TASK" "${options[@]}" & # one process: its threads are the lanes
while kill -0 $! 2>/dev/null; do wait $!; done # a signal ends a wait
wait $!
status=$?

if [[ $out_of_time && ! $cancelled ]] && ((status >= 130 && ${SLURM_RESTART_COUNT:-0} < most_restarts)); then
  trap - TERM
  if (($(finished) > before)); then # only then it asks for another run, so that it ends some day
    scontrol requeue "${SLURM_ARRAY_JOB_ID}_$SLURM_ARRAY_TASK_ID" && sleep 60 # Slurm ends this meanwhile
  else
    sleep 600 # Slurm requeues a preempted task itself, if it still runs, and ends one at its time limit
  fi
fi
exit "$status"
