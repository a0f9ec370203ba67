export function Logo() {
  return (
    <span class="logo">
      <span class="lamp" aria-hidden="true">
        <i />
        <i />
        <i />
      </span>
      Semafor
    </span>
  );
}
