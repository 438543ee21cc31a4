import Clouds
import FleetModel
import Ports

/// A configured cloud account with everything that stands behind it.
struct CloudAccount: Sendable {
  var name: CloudName
  var capabilities: CloudCapabilities
  var actuator: any Actuator
  /// nil: the cloud has no price list; prices come with the program, from a file or from finops.yaml.
  var prices: [any PriceSource]
  /// The paths on which its cloud announces ends.
  var interruptions: [any InterruptionSource]
  /// Finds the credentials: which link of the chain gave them, until when, and who they are.
  var proof: @Sendable () async throws(ActuateError) -> Proof

  /// What is known of credentials, for `finops doctor`.
  struct Proof: Sendable {
    var link: String
    var expiresAt: Timestamp?
    /// The cloud's own name for who we are, where it says.
    var identity: String?
  }
}
