import Synchronization

/// A switch that can be turned off once, from anywhere.
final class Switch: Sendable {
  private let off = Atomic(false)
  var isOff: Bool { off.load(ordering: .acquiring) }
  func flip() { off.store(true, ordering: .releasing) }
}
