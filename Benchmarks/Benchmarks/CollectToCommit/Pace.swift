/// How many nodes are scraped, how often, and for how long it is measured.
struct Pace: Sendable {
  var nodes: Int
  var every: Duration
  var length: Duration
}
