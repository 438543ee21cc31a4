#if canImport(Glibc)
  import Glibc
#endif

/// Kills this process on the spot, where FINOPS_CRASH_AT names this point: "before-call".
///
/// Compiled into debug builds only, for the test that a crash at any step of an act leaves exactly
/// one effect (RELIABILITY, crash matrix).
func crashPoint(_ name: StaticString) {
  #if DEBUG
    guard let wanted = unsafe getenv("FINOPS_CRASH_AT"),
      unsafe String(cString: wanted) == "\(name)"
    else { return }
    kill(getpid(), SIGKILL)
  #endif
}
