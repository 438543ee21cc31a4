import FleetModel

/// What becomes of an idle node, rung by rung; each time counts from the beginning of idleness.
///
/// The order is SEMANTICS 4.4's: notify, unload, replicas to 0, stop, terminate. A rung without a
/// time is not there. Any activity before the point of no return begins anew.
public struct IdleLadder: Sendable, Hashable, Codable {
  /// People hear that the node idles and when it will be acted on.
  public var notify: Duration?
  /// The engine puts its weights down (vLLM's sleep), the node stays.
  public var unload: Duration?
  public var stop: Duration?
  public var terminate: Duration?

  public init(
    notify: Duration? = nil, unload: Duration? = nil, stop: Duration? = nil,
    terminate: Duration? = nil
  ) {
    self.notify = notify
    self.unload = unload
    self.stop = stop
    self.terminate = terminate
  }
}
