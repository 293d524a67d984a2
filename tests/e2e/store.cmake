find_package(Python3 REQUIRED COMPONENTS Interpreter)

# Debian's h5py and pandas belong to Debian's Python, which need not be the first on the PATH.
function(mpienc_reads_hdf5 result python)
  execute_process(COMMAND "${python}" -c "import h5py, pandas" RESULT_VARIABLE _failed OUTPUT_QUIET ERROR_QUIET)
  if(_failed)
    set(${result} FALSE PARENT_SCOPE)
  endif()
endfunction()
find_program(MPIENC_HDF5_PYTHON NAMES python3 HINTS /usr/bin VALIDATOR mpienc_reads_hdf5)
set(_python "${MPIENC_HDF5_PYTHON}")
if(NOT _python)
  set(_python "${Python3_EXECUTABLE}")
endif()

add_test(NAME e2e.run_record
         COMMAND "${_python}" -B "${CMAKE_CURRENT_LIST_DIR}/run_record.py"
                 --mpienc $<TARGET_FILE:mpienc> --mpirun ${MPIEXEC_EXECUTABLE}
                 --work "${CMAKE_CURRENT_BINARY_DIR}")
set_tests_properties(e2e.run_record PROPERTIES
  LABELS e2e TIMEOUT 300 SKIP_RETURN_CODE 77 RUN_SERIAL ON)
