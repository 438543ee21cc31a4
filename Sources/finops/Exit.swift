import ArgumentParser

#if canImport(Glibc)
  import Glibc
#endif

/// Why a command ends; the numbers are in `finops --help` (sysexits.h where it has one).
enum Exit {
  static let failed = ExitCode(1)
  static let checkFailed = ExitCode(2)
  static let usage = ExitCode(64)
  static let unreachable = ExitCode(69)
  static let credentials = ExitCode(77)
  static let configuration = ExitCode(78)
}

/// Writes to standard error: messages go there, data to standard output.
func tell(_ text: String) {
  var line = text
  line.append("\n")
  line.withUTF8 { bytes in
    _ = unsafe write(STDERR_FILENO, bytes.baseAddress, bytes.count)
  }
}

/// Is this stream a terminal that shows colours?
func showsColour(on stream: Int32) -> Bool {
  unsafe isatty(stream) == 1 && getenv("NO_COLOR") == nil
    && getenv("TERM").map { unsafe String(cString: $0) } != "dumb"
}
