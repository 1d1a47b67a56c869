# What is installed, and the Debian package: `cmake --preset release && ninja -C build/release package`.
include(GNUInstallDirs)

install(TARGETS cineloom RUNTIME DESTINATION ${CMAKE_INSTALL_BINDIR})
# No package of Debian's has llama.cpp: what the program was linked with goes along, with its code for each kind of processor, out of others' way.
if(CINELOOM_LLAMA_ROUTE STREQUAL "prebuilt")
  set(llama_folder "lib/${CMAKE_LIBRARY_ARCHITECTURE}/cineloom")
  install(DIRECTORY "${CINELOOM_LLAMA_PREBUILT}/lib/" DESTINATION "${llama_folder}" FILES_MATCHING PATTERN "*.so"
    PERMISSIONS OWNER_READ OWNER_WRITE GROUP_READ WORLD_READ)
  # Only what was built here is stripped by itself.
  install(CODE "
    file(GLOB libraries \"\$ENV{DESTDIR}\${CMAKE_INSTALL_PREFIX}/${llama_folder}/*.so\")
    if(CMAKE_INSTALL_DO_STRIP AND libraries)
      execute_process(COMMAND \"${CMAKE_STRIP}\" --strip-unneeded \${libraries} COMMAND_ERROR_IS_FATAL ANY)
    endif()")
  set_target_properties(cineloom PROPERTIES INSTALL_RPATH "$ORIGIN/../${llama_folder}")
endif()
foreach(folder IN ITEMS models demo/library api)
  install(DIRECTORY "${PROJECT_SOURCE_DIR}/${folder}/" DESTINATION ${CMAKE_INSTALL_DATADIR}/cineloom/${folder})
endforeach()
install(DIRECTORY "${PROJECT_SOURCE_DIR}/web/dist/" DESTINATION ${CMAKE_INSTALL_DATADIR}/cineloom/web/dist OPTIONAL)
install(FILES "${PROJECT_SOURCE_DIR}/packaging/systemd/cineloom.service" DESTINATION lib/systemd/system OPTIONAL)

# Written by the program from its own commands, so that they cannot differ from them.
set(pages "${PROJECT_BINARY_DIR}/packaging")
add_custom_command(OUTPUT "${pages}/cineloom.1.gz" "${pages}/cineloom.bash" "${pages}/_cineloom" "${pages}/cineloom.fish" "${pages}/changelog.gz"
  COMMAND "${PROJECT_SOURCE_DIR}/packaging/write_pages" "$<TARGET_FILE:cineloom>" "${pages}" "${PROJECT_VERSION}" "${PROJECT_SOURCE_DIR}/packaging/debian/changelog"
  DEPENDS cineloom "${PROJECT_SOURCE_DIR}/packaging/write_pages" "${PROJECT_SOURCE_DIR}/packaging/debian/changelog" VERBATIM)
add_custom_target(package_pages DEPENDS "${pages}/cineloom.1.gz")
install(FILES "${pages}/cineloom.1.gz" DESTINATION ${CMAKE_INSTALL_MANDIR}/man1 OPTIONAL)
install(FILES "${pages}/cineloom.bash" DESTINATION ${CMAKE_INSTALL_DATADIR}/bash-completion/completions RENAME cineloom OPTIONAL)
install(FILES "${pages}/_cineloom" DESTINATION ${CMAKE_INSTALL_DATADIR}/zsh/vendor-completions OPTIONAL)
install(FILES "${pages}/cineloom.fish" DESTINATION ${CMAKE_INSTALL_DATADIR}/fish/vendor_completions.d OPTIONAL)
install(FILES "${pages}/changelog.gz" DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/cineloom OPTIONAL)
file(GLOB documents "${PROJECT_SOURCE_DIR}/docs/*.md")
install(FILES ${documents} DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/cineloom)
install(FILES "${PROJECT_SOURCE_DIR}/packaging/debian/copyright" DESTINATION ${CMAKE_INSTALL_DATADIR}/doc/cineloom)
install(FILES "${PROJECT_SOURCE_DIR}/packaging/debian/lintian-overrides" DESTINATION ${CMAKE_INSTALL_DATADIR}/lintian/overrides RENAME cineloom)

# Training by several machines (libcineloom_mpi.so) would draw Open MPI onto everybody's: whoever trains so installs from the source.
set(CPACK_INSTALL_CMAKE_PROJECTS "${PROJECT_BINARY_DIR};cineloom;Unspecified;/")
set(CPACK_GENERATOR DEB)
set(CPACK_PACKAGE_NAME cineloom)
set(CPACK_PACKAGE_VENDOR Cineloom)
set(CPACK_PACKAGE_CONTACT "Cineloom <cineloom@localhost>")
set(CPACK_PACKAGE_DESCRIPTION_SUMMARY "self-hosted cinema companion")
set(CPACK_PACKAGING_INSTALL_PREFIX /usr)
set(CPACK_STRIP_FILES ON)
set(CPACK_DEBIAN_COMPRESSION_TYPE xz)
set(CPACK_INSTALL_DEFAULT_DIRECTORY_PERMISSIONS OWNER_READ OWNER_WRITE OWNER_EXECUTE GROUP_READ GROUP_EXECUTE WORLD_READ WORLD_EXECUTE)
set(CPACK_DEBIAN_FILE_NAME DEB-DEFAULT)
set(CPACK_DEBIAN_PACKAGE_SECTION video)
set(CPACK_DEBIAN_PACKAGE_SHLIBDEPS ON)
set(CPACK_DEBIAN_PACKAGE_RECOMMENDS "opencv-data")
set(CPACK_DEBIAN_PACKAGE_DESCRIPTION "Cineloom watches and reads films, learns what each viewer likes and feels,
recommends what to watch tonight and says why, and tells stories that branch.
Nothing leaves the machine, and no key and no account elsewhere is needed.")
include(CPack)
