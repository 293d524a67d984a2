mpienc_e2e_test(bench_scaling SCRIPT bench_scaling HDF5 TIMEOUT 300)
