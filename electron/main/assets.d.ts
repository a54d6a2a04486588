// What the build takes into the program itself: a picture becomes a data address.

declare module '*.png?inline' {
  const address: string
  export default address
}
