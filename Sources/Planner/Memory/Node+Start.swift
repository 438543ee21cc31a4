import FleetModel

extension Node {
  /// When its machine was last started: by its cloud's word, or when it was `seen` to begin running,
  /// whichever is later. EC2 moves its launch time at a start, other clouds do not.
  func lastStart(seen: Timestamp?) -> Timestamp { max(launchedAt, seen ?? launchedAt) }
}
