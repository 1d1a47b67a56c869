#pragma once

/// 1 where the program was built with the address or the thread sanitizer: their shadow counts as address space though it is never touched, and
/// what they do takes several times as long. gcc says it by a macro of its own, clang by a feature.
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
#define CINELOOM_IS_SANITIZED 1
#elif defined(__has_feature)
#if __has_feature(address_sanitizer) || __has_feature(thread_sanitizer)
#define CINELOOM_IS_SANITIZED 1
#endif
#endif
#ifndef CINELOOM_IS_SANITIZED
#define CINELOOM_IS_SANITIZED 0
#endif
