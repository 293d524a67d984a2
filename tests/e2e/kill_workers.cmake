mpienc_e2e_test(kill_workers SCRIPT kill_workers TIMEOUT 600)
