mpienc_e2e_test(jobs SCRIPT jobs TIMEOUT 300)
