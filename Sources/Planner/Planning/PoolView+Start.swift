import FleetModel

extension PoolView {
  /// From launch to serving, as far ahead as floors have to look.
  ///
  /// Two minutes where nobody said: the shipped value of `ScalingRules.coldStart`.
  var expectedStart: Duration {
    memory.coldStart ?? rules.scaling?.coldStart ?? rules.spot?.coldStart ?? .minutes(2)
  }
}
