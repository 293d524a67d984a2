find_package(Python3 REQUIRED COMPONENTS Interpreter)

add_executable(app_loss "${CMAKE_CURRENT_SOURCE_DIR}/app_loss.cpp")
target_include_directories(app_loss PRIVATE "${CMAKE_CURRENT_SOURCE_DIR}/../unit")
target_link_libraries(app_loss PRIVATE mpienc_app mpienc_warnings GTest::gmock GTest::gtest)
foreach(_scenario kill_shm stop_tcp kill-zero_tcp stop-zero_shm thaw_tcp)
  string(REPLACE "_" ";" _words ${_scenario})
  add_test(NAME mpi.app_loss.${_scenario}
           COMMAND ${Python3_EXECUTABLE} "${CMAKE_CURRENT_SOURCE_DIR}/app_loss.py" ${MPIEXEC_EXECUTABLE}
                   $<TARGET_FILE:app_loss> ${_words})
  set_tests_properties(mpi.app_loss.${_scenario} PROPERTIES LABELS mpi TIMEOUT 180 PROCESSORS 2)
endforeach()
