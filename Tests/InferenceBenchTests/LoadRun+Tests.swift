import FleetModel

@testable import InferenceBench

extension LoadRun {
  /// A run dated at a moment of no meaning.
  static func run(
    _ plan: LoadPlan, progress: @Sendable (Progress) -> Void = { _ in }
  ) async throws(LoadError) -> LoadResult {
    try await run(plan, measuredAt: Timestamp(seconds: 1), progress: progress)
  }
}
