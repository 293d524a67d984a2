#!/bin/bash
# One film or recording on several nodes of Slurm, started by mpirun. Edit the values, then: sbatch slurm.sh
# or, with these values left alone: sbatch slurm.sh INPUT OUTPUT. docs/clusters/slurm.md tells what happens when.
#SBATCH --job-name=mpienc --output=mpienc-%j.log --open-mode=append
#SBATCH --nodes=4 --ntasks-per-node=1 --cpus-per-task=16
#SBATCH --time=04:00:00 --signal=B:USR1@120
#SBATCH --requeue

mpienc=mpienc
input=${1:-movie.vob}
output=${2:-movie.mkv}
options=(--crf 20)
most_restarts=20

finished() { find "$output.journal" -name 'chunk-*.h5' 2>/dev/null | wc -l; }

go_on_later() { # asks for it only where this run brought the job forward, so that it ends some day
  ((${SLURM_RESTART_COUNT:-0} < most_restarts)) || return
  trap - TERM
  if (($(finished) > before)); then
    scontrol requeue "$SLURM_JOB_ID" && sleep 60 # Slurm ends this meanwhile
  elif [[ $out_of_time ]]; then
    sleep 600 # Slurm requeues a preempted job itself, if it still runs, and ends one at its time limit
  fi
}

before=$(finished)
out_of_time=
cancelled=
trap 'out_of_time=yes; kill -USR1 $!' USR1 # the time limit is near, or a job of higher priority wants the nodes
trap 'cancelled=yes; kill -TERM $!' TERM   # scancel
hosts=$(mktemp)
scontrol show hostnames "$SLURM_JOB_NODELIST" | sed 's/$/ slots=1/' >"$hosts"

"$mpienc" launch -n "$SLURM_JOB_NUM_NODES" --hostfile "$hosts" -- "$input" "$output" \
  --lanes "$SLURM_CPUS_PER_TASK" "${options[@]}" &
while kill -0 $! 2>/dev/null; do wait $!; done # a signal ends a wait
wait $!
status=$?
rm -f "$hosts"

[[ $cancelled ]] && exit "$status"
case $status in
  130) [[ $out_of_time ]] && go_on_later ;;
  6 | 13[1-9] | 14?) go_on_later ;; # ranks or nodes were lost
esac
exit "$status"
