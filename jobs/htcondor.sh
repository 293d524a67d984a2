#!/bin/bash
# What htcondor.sub runs for each film: htcondor.sh INPUT OUTPUT. Edit the values there and here.
mpienc=mpienc
options=(--crf 20)

input=$1
output=$2
finished() { find "$output.journal" -name 'chunk-*.h5' 2>/dev/null | wc -l; }
before=$(finished)
trap 'kill -TERM $!' TERM # the host is wanted for another job, or condor_rm

"$mpienc" "$input" "$output" ${OMP_NUM_THREADS:+--lanes "$OMP_NUM_THREADS"} "${options[@]}" & # HTCondor sets that to the CPUs
while kill -0 $! 2>/dev/null; do wait $!; done # a signal ends a wait
wait $!
status=$?

# Queued again only where this run brought the film forward, so that it ends some day.
if ((status >= 130 && $(finished) > before)); then exit 85; fi
exit "$status"
