import Foundation
import Simulator

/// Rules on many perturbed copies of a trace, on every processor there is.
struct PerturbationStudy: Sendable {
  var policies: [DemandPolicy]
  var model: DemandModel
  var perturbation: Perturbation

  /// The results of each copy, in the order of the copies whatever ends first.
  func run(_ count: Int, progress: (Int) -> Void) async throws -> [[DemandResult]] {
    let atOnce = max(1, ProcessInfo.processInfo.activeProcessorCount)
    return try await withThrowingTaskGroup(of: (Int, [DemandResult]).self) { group in
      var results: [[DemandResult]] = Array(repeating: [], count: count)
      for index in 0..<min(atOnce, count) { group.addTask { (index, try self.results(of: index)) } }
      var done = 0
      while let (index, made) = try await group.next() {
        results[index] = made
        let next = done + atOnce
        if next < count { group.addTask { (next, try self.results(of: next)) } }
        done += 1
        progress(done)
      }
      return results
    }
  }

  private func results(of index: Int) throws -> [DemandResult] {
    let copy = perturbation.copy(index, of: model.trace, under: model.conditions)
    var model = try DemandModel(copy.trace, under: copy.conditions)
    model.seriesPoints = 0
    return policies.map { $0.run(model) }
  }
}
