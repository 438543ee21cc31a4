public import FleetModel

/// Where a cloud announces that it takes machines away: a queue, a metadata service, a sweep.
///
/// Contract: a notice is given until it is acknowledged, so that none is lost when we are killed
/// between reading and recording; the same notice may be given many times.
public protocol InterruptionSource: Sendable {
  var cloud: CloudName { get }
  /// The notices there are now; waits at most about 20 s for the first (a queue's long poll), and
  /// gives an empty list when none came. Messages that are no notices are dropped and counted.
  func notices() async throws(ActuateError) -> [Interruption]
  /// The notices are recorded; they need not be given again.
  func acknowledge(_ notices: [Interruption]) async throws(ActuateError)
}
