/* ProcessPrng of bcryptprimitives.dll, which Wine 8 lacks; for tests only. */
#include <stddef.h>
#include <windows.h>
#include <ntsecapi.h>
BOOL WINAPI ProcessPrng(unsigned char *bytes, size_t count) { return RtlGenRandom(bytes, (ULONG)count); }
