import FleetModel

/// Of a target's memory what a proof rests on.
struct Heard {
  var accelerators: AcceleratorMemories
  var lastReadingAt: Timestamp?
  var conflict: AcceleratorID?
  var change: TargetIdentity.Change?
  var unchangedReadings: Int
  var answerTook: Duration?
  var turnedIdleAt: Timestamp?

  @inline(__always)
  init(_ memory: TargetMemory) {
    accelerators = memory.accelerators
    lastReadingAt = memory.lastReadingAt
    conflict = memory.conflict
    change = memory.identity?.change
    unchangedReadings = memory.unchangedReadings
    answerTook = memory.answerTook
    turnedIdleAt = memory.turnedIdleAt
  }
}
