mpienc_unit_test(convert_format ROOMS convert)
mpienc_unit_test(convert_bytes ROOMS convert)
mpienc_unit_test(convert_faults ROOMS convert)
mpienc_unit_test(convert_disk_full ROOMS convert)
