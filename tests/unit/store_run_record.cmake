mpienc_unit_test(store_run_record ROOMS store)
mpienc_unit_test(store_run_record_refusals ROOMS store)
target_link_libraries(store_run_record_refusals PRIVATE hdf5::hdf5)
mpienc_unit_test(store_disk_full ROOMS store)
