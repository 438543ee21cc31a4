public import Ports

/// The collectors there are; the raw value is the `type` in the configuration.
///
/// A new collector is a folder beside this file and one line in each place here.
public enum CollectorKind: String, Sendable, Hashable, CaseIterable {
  case dcgm

  /// A collector of this kind.
  public func collector(
    over transport: any HTTPTransport, limits: HTTPLimits = HTTPLimits()
  ) -> any Collector {
    switch self {
    case .dcgm: DCGMCollector(transport: transport, limits: limits)
    }
  }
}
