# Two functions that every folder's CMakeLists.txt is written in.
#
#   ipdk_library(tdi SOURCES a.cpp b.cpp LINKS ipdk_base fmt::fmt [PRIVATE_LINKS ...])   -> target ipdk_tdi
#   ipdk_test(tdi_test SOURCES a_test.cpp LINKS ipdk_tdi [LABELS slow] [MAIN])           -> ctest tdi_test.*
#
# Library names are ipdk_<folder>, with / written as _. Tests get GoogleTest's main unless MAIN is given.

option(IPDK_SANITIZE "address and undefined-behaviour sanitizers" OFF)
option(IPDK_FUZZ "build libFuzzer targets" OFF)

add_library(ipdk_flags INTERFACE)
target_include_directories(ipdk_flags INTERFACE ${CMAKE_SOURCE_DIR})
target_compile_options(ipdk_flags INTERFACE -Wall -Wextra -Wno-unused-parameter -Werror=return-type
                       -Werror=unused-result -march=x86-64-v2 -fno-omit-frame-pointer)
if(CMAKE_CXX_COMPILER_ID MATCHES Clang)
  target_compile_options(ipdk_flags INTERFACE -Wno-missing-designated-field-initializers)
endif()
# For what reads files of this checkout. Not a flag of everything: objects are the same wherever the checkout is.
add_library(ipdk_source_dir INTERFACE)
target_compile_definitions(ipdk_source_dir INTERFACE IPDK_SOURCE_DIR="${CMAKE_SOURCE_DIR}")
if(IPDK_SANITIZE)
  target_compile_options(ipdk_flags INTERFACE -fsanitize=address,undefined -fno-sanitize-recover=undefined
                         -fno-sanitize=vptr)
  target_link_options(ipdk_flags INTERFACE -fsanitize=address,undefined)
endif()

function(ipdk_subdirectories)
  foreach(folder ${ARGN})
    if(folder IN_LIST IPDK_SKIP)  # -DIPDK_SKIP="interface;apps": leave folders out of a partial build
      continue()
    endif()
    if(EXISTS ${CMAKE_CURRENT_SOURCE_DIR}/${folder}/CMakeLists.txt)
      add_subdirectory(${folder})
    endif()
  endforeach()
endfunction()

function(ipdk_library name)
  cmake_parse_arguments(A "" "" "SOURCES;LINKS;PRIVATE_LINKS" ${ARGN})
  add_library(ipdk_${name} STATIC ${A_SOURCES})
  target_link_libraries(ipdk_${name} PUBLIC ipdk_flags ${A_LINKS} PRIVATE ${A_PRIVATE_LINKS})
endfunction()

function(ipdk_test name)
  cmake_parse_arguments(A "MAIN" "" "SOURCES;LINKS;LABELS" ${ARGN})
  add_executable(${name} ${A_SOURCES})
  target_link_libraries(${name} PRIVATE ipdk_flags ipdk_source_dir ${A_LINKS} GTest::gtest GTest::gmock)
  if(NOT A_MAIN)
    target_link_libraries(${name} PRIVATE GTest::gtest_main)
  endif()
  add_test(NAME ${name} COMMAND ${name})
  set_tests_properties(${name} PROPERTIES LABELS "${A_LABELS}" TIMEOUT 600
                       WORKING_DIRECTORY ${CMAKE_SOURCE_DIR})
endfunction()

# ipdk_fuzz(p4_parse_fuzz SOURCES parse_fuzz.cpp LINKS ipdk_p4_parse CORPUS folder):
# a libFuzzer target with IPDK_FUZZ, and always a test that replays the corpus.
function(ipdk_fuzz name)
  cmake_parse_arguments(A "" "CORPUS" "SOURCES;LINKS" ${ARGN})
  if(IPDK_FUZZ)
    add_executable(${name} ${A_SOURCES})
    target_link_libraries(${name} PRIVATE ipdk_flags ipdk_source_dir ${A_LINKS} -fsanitize=fuzzer)
  endif()
  add_executable(${name}_replay ${A_SOURCES} ${CMAKE_SOURCE_DIR}/base/fuzz_replay.cpp)
  target_link_libraries(${name}_replay PRIVATE ipdk_flags ipdk_source_dir ${A_LINKS})
  add_test(NAME ${name}_replay COMMAND ${name}_replay ${CMAKE_CURRENT_SOURCE_DIR}/${A_CORPUS})
endfunction()
