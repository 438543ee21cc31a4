/// Both, where there are both.
func both<Left, Right>(_ left: Left?, _ right: Right?) -> (Left, Right)? {
  guard let left, let right else { return nil }
  return (left, right)
}
