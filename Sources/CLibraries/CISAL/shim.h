#pragma once
#include <isa-l/igzip_lib.h>
// Sums of macros, which Swift does not import.
static const uint32_t polyvisor_isal_level2_buffer = ISAL_DEF_LVL2_EXTRA_LARGE;
