#!/bin/bash
# One film or recording on several hosts of PBS (OpenPBS, PBS Professional). Edit the values, then: qsub pbs.sh
# docs/clusters/pbs.md tells what happens when.
#PBS -N mpienc
#PBS -j oe
#PBS -l select=4:ncpus=16:mpiprocs=1
#PBS -l place=scatter
#PBS -l walltime=04:00:00
#PBS -r y

job_file=pbs.sh # this file, in the folder that it is submitted from
seconds=14100   # less than the walltime: after them the job ends in order, and a new one goes on
lanes=16        # as ncpus above
mpienc=mpienc
input=movie.vob
output=movie.mkv
options=(--crf 20)
most_rounds=20

cd "$PBS_O_WORKDIR" || exit
finished() { find "$output.journal" -name 'chunk-*.h5' 2>/dev/null | wc -l; }

go_on_later() { # only where this run brought the job forward, so that it ends some day
  if (($(finished) > before && ${round:-1} < most_rounds)); then
    qsub -v "round=$((${round:-1} + 1))" "$job_file"
  fi
}

before=$(finished)
deleted=
trap 'deleted=yes; kill -TERM $!' TERM # qdel, the walltime, or a job of higher priority
hosts=$(mktemp)
sort -u "$PBS_NODEFILE" | sed 's/$/ slots=1/' >"$hosts"
timeout --preserve-status --signal=USR1 "$seconds" \
  "$mpienc" launch -n "$(wc -l <"$hosts")" --hostfile "$hosts" -- "$input" "$output" --lanes "$lanes" "${options[@]}" &
while kill -0 $! 2>/dev/null; do wait $!; done # a signal ends a wait
wait $!
status=$?
rm -f "$hosts"

[[ $deleted ]] && exit "$status"
case $status in
  6 | 13? | 14?) go_on_later ;; # out of time, or ranks or hosts were lost
esac
exit "$status"
