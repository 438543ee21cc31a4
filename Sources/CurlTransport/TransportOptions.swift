/// What is the same for all requests of a transport.
public struct TransportOptions: Sendable, Hashable {
  /// "finops/VERSION".
  public var userAgent: String
  /// A PEM file of certificate authorities in place of the system's.
  public var certificateAuthorities: String?
  /// Hosts served by one thread and libcurl handle (PERFORMANCE §5: at most 256).
  public var hostsPerLoop: Int
  /// Threads at most; past hostsPerLoop × maximumLoops hosts, loops get more than their share.
  public var maximumLoops: Int

  public init(
    version: String, certificateAuthorities: String? = nil, hostsPerLoop: Int = 256,
    maximumLoops: Int = 64
  ) {
    userAgent = "finops/\(version)"
    self.certificateAuthorities = certificateAuthorities
    self.hostsPerLoop = hostsPerLoop
    self.maximumLoops = maximumLoops
  }
}
