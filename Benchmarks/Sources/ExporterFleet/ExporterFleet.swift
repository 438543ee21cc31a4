import Glibc
import ScrapeBodies

// exporter-fleet COUNT: opens COUNT ports on the loopback address, prints them one a line, and
// answers every request there as dcgm-exporter does, on connections that are kept, until its
// standard input ends.
@main enum ExporterFleet {
  static func main() {
    guard CommandLine.arguments.count == 2, let count = Int(CommandLine.arguments[1]),
      (1...8000).contains(count)
    else { return stop("usage: ExporterFleet COUNT, 1 to 8000") }
    signal(SIGPIPE, SIG_IGN)
    guard allowDescriptors(2 * count + 64) else { return stop("not enough file descriptors") }
    guard var loop = ServingLoop() else { return stop("no epoll") }
    for node in 0..<count {
      guard let port = loop.open(node: node) else { return stop("no port is left") }
      print(port)
    }
    fflush(nil)
    loop.run()
  }

  private static func stop(_ words: String) {
    fputs("ExporterFleet: \(words)\n", stderr)
    exit(1)
  }

  private static func allowDescriptors(_ count: Int) -> Bool {
    var limit = rlimit()
    getrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit)
    guard limit.rlim_cur < count else { return true }
    limit.rlim_cur = min(limit.rlim_max, UInt(count))
    setrlimit(__rlimit_resource_t(UInt32(RLIMIT_NOFILE.rawValue)), &limit)
    return limit.rlim_cur >= count
  }
}
